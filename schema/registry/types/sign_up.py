"""What is shown to whoever may sign up: nothing of what a template holds but its name."""

import strawberry


@strawberry.type(description="A starter template that a business can begin with.")
class SignUpTemplate:
    """Its name, in the caller's language."""

    key: str = strawberry.field(description="Names it in signUpStart.")
    title: str = strawberry.field(description="What it is called.")
    summary: str = strawberry.field(description="What for.")


@strawberry.type(description="What a business can choose from when it signs up.")
class SignUpOptions:
    """The choices."""

    templates: list[SignUpTemplate] = strawberry.field(description="What it can begin with.")
