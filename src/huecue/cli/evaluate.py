"""placeholder"""
def add_options(parser): pass
