"""What this machine gains from a second process: the same counting, done by one process or shared by several.

usage: loops.py PROCESSES STEPS
"""

import os
import sys

processes, steps = int(sys.argv[1]), int(sys.argv[2])
children: list[int] = []
for _ in range(processes - 1):
    child = os.fork()
    if child == 0:
        children = []
        break
    children.append(child)
total = 0
for number in range(steps // processes):
    total += number & 7
for child in children:
    os.waitpid(child, 0)
