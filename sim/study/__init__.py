"""Studies: how futures are laid out, which runs a study consists of, and how they are carried out."""
