"""People: what callers and agents do, one pure function for each sentence of the model.

    talk.py  how long an agent takes
"""
