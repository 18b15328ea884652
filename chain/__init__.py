"""Bittensor, and a local stand-in for it, behind one protocol.

`network.Chain` says what the rest may ask of a chain: blocks, metagraph, balances, weights, transfers, emissions.
`local_chain.LocalChain` answers it from a SQLite file, `bittensor_client.BittensorChain` from a subtensor node.
`keys` and `addresses` are sr25519 and SS58; `key_store` keeps a hotkey where the system keeps secrets.
Money is an int of rao: 1e9 rao are one TAO, or one alpha of a subnet's own token.
"""
