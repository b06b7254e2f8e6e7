"""The rules of published cases, citations, recognitions and what a change of status reaches, pure.

A mediated case is a bargain, no precedent: what is published is an anonymous summary with the
consent of those concerned. Another region's body may cite it and recognise it for reference, which
makes nothing enforceable. `fold` decides from all statements, in the protocol's order, which count.
"""
