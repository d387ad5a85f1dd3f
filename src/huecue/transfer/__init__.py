"""A picture's colours and its style carried into a film, by way of VGG-19."""
