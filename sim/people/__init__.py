"""People: what callers and agents do, one pure function for each sentence of the model.

Both clocks call these functions from the same moves. Coefficients come from the scenario's behavior; a rule
whose coefficients are 0 changes nothing, and typical people (0.5) in a typical moment are neutral.

    trait.py         standard scores, shares and log odds
    talk.py          how long an agent takes
    temper.py        how agitated a caller is
    empathy.py       what of an agent's empathy reaches the caller
    pressure.py      managing to what is measured; cutting talks short
    resolution.py    whether the issue is solved
    satisfaction.py  what the caller thinks of it, says in a survey, and why
    loyalty.py       whether the customer leaves
    energy.py        being worn out, and resting
    ways.py          all coefficients
    register.py      what is known about each of them
"""
