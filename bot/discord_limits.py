"""How much Discord takes of what is sent there. Each number is from its documentation, read 2026-11."""

MAX_CHOICES = 25
"""Offered at once while an option of a command is typed. Source: "Application Command Object", choices."""
CHOICE_CHARACTERS = 100
"""In the name and in the value of one of them. Source: "Application Command Option Choice Structure"."""
MAX_OPTIONS = 25
"""Of one menu, and picked from it. Source: "Component Reference", the select menus."""
OPTION_CHARACTERS = 100
"""In the label, the value and the description of one of them. Source: "Select Option Structure"."""
PLACEHOLDER_CHARACTERS = 150
"""In what a menu says while nothing is picked. Source: "String Select Structure"."""
BUTTON_CHARACTERS = 80
"""In the label of a button. Source: "Button Structure"."""
WINDOW_TITLE_CHARACTERS = 45
"""Source: "Modal", title."""
FIELD_LABEL_CHARACTERS = 45
"""Above a field of a window. Source: "Label Structure"."""
FIELD_DESCRIPTION_CHARACTERS = 100
"""Below that. Source: the same."""
HINT_CHARACTERS = 100
"""In what a field says while nothing is typed. Source: "Text Input Structure", placeholder."""
TYPED_CHARACTERS = 4_000
"""In a field of a window. Source: the same, max_length."""
COMMAND_NAME_CHARACTERS = 32
"""Of a command, of an option of it, and of a menu of messages. Source: "Application Command Structure"."""
COMMAND_DESCRIPTION_CHARACTERS = 100
"""Of a command, and of an option of it. Source: the same."""
ALT_TEXT_CHARACTERS = 1_024
"""In what a screen reader says about a file. Source: "Attachment Object", description."""
