"""The rules: admission, fairness, states, polling, running. Never imports Discord."""
