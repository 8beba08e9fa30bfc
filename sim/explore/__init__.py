"""Looking into results: which inputs matter, and where outcomes of interest lie. Needs the extra `analysis`."""
