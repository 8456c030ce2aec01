"""What a business can choose from when it signs up."""

import strawberry

from kernel.texts import text_in
from registry.selectors import templates_current
from schema.core.context import Info
from schema.core.fields import query
from schema.core.rights import Audience
from schema.registry.types.sign_up import SignUpOptions, SignUpTemplate


@strawberry.type
class SignUpQueries:
    """Root query fields of sign-up."""

    @query(right=Audience.OWNER_PUBLIC)
    def sign_up_options(self, info: Info) -> SignUpOptions:
        """What signUpStart lets a business choose from, besides `plans`."""
        language = info.context.language
        return SignUpOptions(
            templates=[
                SignUpTemplate(
                    key=version.template.key,
                    title=text_in(version.data["title"], language, "en"),
                    summary=text_in(version.data["summary"], language, "en"),
                )
                for version in templates_current()
            ]
        )
