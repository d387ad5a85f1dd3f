"""The networks, in torch: for training and export, never needed to colour a film."""
