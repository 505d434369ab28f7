"""How does a folder such as `seeds/2022` become rows? Read and checked whole, then written in one transaction.

What is already in the database stays as it is (an ended delegation, a confirmed supervision unit): a load only adds.
"""
