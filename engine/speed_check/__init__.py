"""How fast this computer trains: a small part of a model, trained alone for some seconds, told line by line."""
