"""Where do the staff's passwords live? In a Cognito user pool; our user id is its user name."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.model.agent import User
from chalicelib.outbound.aws import code_of


class CognitoAccounts:
    def __init__(self, client: Callable[[], Any], pool: str) -> None:
        self._client = client
        self._pool = pool

    def invite(self, user: User, password: str | None) -> None:
        """Make the account; without a password Cognito mails an invitation with a first one."""
        silent = {} if password is None else {"MessageAction": "SUPPRESS"}
        try:
            self._client().admin_create_user(
                UserPoolId=self._pool,
                Username=user.id,
                UserAttributes=[
                    {"Name": "email", "Value": user.email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                DesiredDeliveryMediums=["EMAIL"],
                **silent,
            )
        except ClientError as error:
            # Made by an earlier try that died before it could say so.
            if code_of(error) != "UsernameExistsException":
                raise
        if password is not None:
            self._client().admin_set_user_password(
                UserPoolId=self._pool, Username=user.id, Password=password, Permanent=True
            )
        self._join(user)

    def change_role(self, user: User, before: User) -> None:
        """Move the account to its role's group, and end what was opened in the old one."""
        self._client().admin_remove_user_from_group(
            UserPoolId=self._pool, Username=user.id, GroupName=before.role.value
        )
        self._client().admin_enable_user(UserPoolId=self._pool, Username=user.id)
        self._join(user)
        self._sign_out(user)

    def close(self, user: User) -> None:
        """Nobody signs in to it again, and no refresh token works."""
        self._client().admin_disable_user(UserPoolId=self._pool, Username=user.id)
        self._sign_out(user)

    def address(self, user: str) -> str:
        found = self._client().admin_get_user(UserPoolId=self._pool, Username=user)
        attributes = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
        return str(attributes["email"])

    def _join(self, user: User) -> None:
        self._client().admin_add_user_to_group(
            UserPoolId=self._pool, Username=user.id, GroupName=user.role.value
        )

    def _sign_out(self, user: User) -> None:
        self._client().admin_user_global_sign_out(UserPoolId=self._pool, Username=user.id)
