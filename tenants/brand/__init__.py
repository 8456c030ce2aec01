"""How an operator presents itself, and the settings of its business."""
