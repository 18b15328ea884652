"""Audits of single steps, from the draw to the verdict."""
