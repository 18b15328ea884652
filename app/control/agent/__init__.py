"""What a person's own agent may do with the app, over the Model Context Protocol."""
