"""What language the app speaks: the seam that every text passes, catalogues, and how figures are written."""
