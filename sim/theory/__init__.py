"""Exact queueing theory: what a center does in the long run, or over a day, when nobody behaves.

One model a module, the function in the module of its name: `from sim.theory.erlang_a import erlang_a`.
Units: seconds and contacts per second everywhere. Every formula is homogeneous in time, so any one unit,
used for all arguments, gives the answer in that unit. Loads are in erlangs.

Closed forms      erlang_b, erlang_c, erlang_a, impatient_queue (M/M/n+G), finite_room (M/M/n/K+M), mg1,
                  priority, repeat_calls, unlike_agents
Finite chains     redial, wrap_up, told_place, n_design, m_design
In time           day (a day with changing rates and staff), day_of_people (whose staff finish their own calls),
                  sinusoid (periodic steady state)
What they share   figures (the answer), patience, patience_laws, patience_tables (how long callers wait),
                  virtual_wait, birth_death, chain, contour, room_in_time, busyness, search, checks
"""
