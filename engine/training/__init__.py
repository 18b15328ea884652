"""The shard in training: where its weights come from, its passes, its steps."""
