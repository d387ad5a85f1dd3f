"""Training: photographs and clips in, weights out. Needs the extra `train`."""
