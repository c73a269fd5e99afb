"""Questions asked of the model: is it right, which choice is better, what does it take.

validation/  simulated figures beside exact ones
"""
