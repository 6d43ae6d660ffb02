"""Every sentence, embed, view and button that a member sees."""
