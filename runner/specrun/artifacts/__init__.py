"""The artifact store: what tools printed, kept in files, and read back in pages that fit a model's context.

Everything that is stored is hostile: any bytes, lines of any length, names that try to leave the store.
"""
