"""How everything looks: spacing, type, palettes, icons, and the parts that windows are built of."""
