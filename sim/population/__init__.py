"""Nations and firms of a run: loaded, filled by stated rules, sampled, or synthetic."""
