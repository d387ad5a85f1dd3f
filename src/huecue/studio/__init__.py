"""The studio: a page on this computer where a person places hints and sees the film change."""
