"""The run loop: prepares cases, produces records, grades them, and sums up. It keeps what is finished."""
