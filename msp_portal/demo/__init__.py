"""The invented centre of the demonstration: people, hours and a year of visits, dated around today.

Nobody in here exists. Telephone numbers lie in the ranges that ARCEP keeps for fiction, e-mail in `.example`
and `example.org`, RPPS numbers in the range of the ANS's tests.
"""
