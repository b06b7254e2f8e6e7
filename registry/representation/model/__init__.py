"""The rules of representation, pure: what an agreement may say, and what a question is answered.

`agreement` holds what the parties sign and the rules of it, `predicates` what a leg must satisfy,
`gates` what the law of a territory adds, `answer` how these make one of six answers, `reasons` and
`wording` how it is explained in English and Chinese.
"""
