#!/bin/sh
# the-judge -- write the check for a program that merges three sources
# YOUR TURN: this script gets the path of a program as $1. It must end with status 0 if the
# program is right, in every order of its goroutines, and with another status if it is wrong.
# The programs are patterns/exercises/the-judge/good-*.c and bad-*.c, compiled with the laboratory.

"$1" >/dev/null
