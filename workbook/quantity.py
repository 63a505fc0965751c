"""Quantities as official forms hold them: "≥260次", "500余次", "9.33亿元", "到达90%以上"."""
