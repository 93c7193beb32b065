"""Is everything that the product rests on in the template that is deployed?"""

import json
from typing import Any

import pytest

from chalicelib.outbound.files import UNCLAIMED

FUNCTIONS = {
    "APIHandler",
    "AuthorizeSocket",
    "MailNews",
    "ReceiveMail",
    "RingAlarm",
    "RingShortAlarm",
    "Sweep",
    "WebsocketDisconnect",
    "WebsocketMessage",
}
ENVIRONMENT = {
    "ALARM_QUEUE_URL",
    "COGNITO_ISSUER",
    "COGNITO_KEYS_URL",
    "CONFIGURATION_SET",
    "FILES_BUCKET",
    "MAIL_BUCKET",
    "MAIL_TOPIC_ARN",
    "POWERTOOLS_SERVICE_NAME",
    "PUSH_ENDPOINT",
    "REPLY_DOMAIN",
    "SECRET_PARAMETER",
    "IDENTITY_PARAMETERS",
    "SENDER_ADDRESS",
    "SOCKET_URL",
    "STAFF_ORIGIN",
    "STARTS_PER_NETWORK",
    "STATE_MACHINE_ARN",
    "TABLE_NAME",
    "USER_POOL_CLIENT_ID",
    "USER_POOL_ID",
    "WAIT_SCALE",
}

Template = dict[str, Any]


def properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def of_type(template: Template, kind: str) -> dict[str, Any]:
    found = template["Resources"].items()
    return {name: each["Properties"] for name, each in found if each["Type"] == kind}


def test_every_way_to_wake_the_system_is_a_function(template: Template) -> None:
    assert set(of_type(template, "AWS::Serverless::Function")) == FUNCTIONS


def test_the_table_has_its_keys_indexes_expiry_and_a_way_back(template: Template) -> None:
    table = properties(template, "Table")
    keys = [key["AttributeName"] for key in table["KeySchema"]]
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert keys == ["pk", "sk"]
    assert indexes == {
        "listing": ["listing_pk", "listing_sk"],
        "due": ["due_pk", "due_sk"],
    }
    assert all(
        index["Projection"] == {"ProjectionType": "ALL"}
        for index in table["GlobalSecondaryIndexes"]
    )
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", ["Table", "UserPool", "PagesBucket"])
def test_removing_the_stack_does_not_remove_what_people_made(template: Template, name: str) -> None:
    assert template["Resources"][name]["DeletionPolicy"] == "Retain"
    assert template["Resources"][name]["UpdateReplacePolicy"] == "Retain"


def test_a_short_alarm_that_runs_long_is_not_rung_twice(template: Template) -> None:
    queue = properties(template, "AlarmQueue")
    assert queue["VisibilityTimeout"] >= 6 * properties(template, "RingShortAlarm")["Timeout"]


def test_a_short_alarm_that_fails_five_times_is_kept_and_alarms(template: Template) -> None:
    assert properties(template, "AlarmQueue")["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["AlarmDeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    alarm = properties(template, "AlarmDeadLettersAlarm")
    assert alarm["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": ["AlarmDeadLetters", "QueueName"]}}
    ]


def test_the_short_alarms_come_from_the_stacks_own_queue(template: Template) -> None:
    source = properties(template, "RingShortAlarm")["Events"]["RingShortAlarmSqsEventSource"]
    assert source["Properties"]["Queue"] == {"Fn::Sub": "${AlarmQueue.Arn}"}
    assert source["Properties"]["BatchSize"] == 1
    # F28: mail that is due cannot take the functions that people talk to.
    assert source["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 100}


def test_the_sweeper_comes_every_minute(template: Template) -> None:
    [event] = properties(template, "Sweep")["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 minute)"


def test_connecting_is_authorised_and_costs_no_function_of_its_own(template: Template) -> None:
    route = properties(template, "ConnectRoute")
    integration = properties(template, "ConnectIntegration")
    assert route["AuthorizationType"] == "CUSTOM"
    assert route["AuthorizerId"] == {"Ref": "SocketAuthorizer"}
    assert route["Target"] == {"Fn::Sub": "integrations/${ConnectIntegration}"}
    assert integration["IntegrationType"] == "MOCK"
    assert json.loads(integration["RequestTemplates"]["$default"]) == {"statusCode": 200}


@pytest.mark.parametrize(
    ("route", "response"),
    [("WebsocketMessageRoute", "MessageRouteResponse"), ("ConnectRoute", "ConnectRouteResponse")],
)
def test_an_answer_may_come_back_on_the_same_connection(
    template: Template, route: str, response: str
) -> None:
    assert properties(template, route)["RouteResponseSelectionExpression"] == "$default"
    assert properties(template, response)["RouteId"] == {"Ref": route}
    assert properties(template, response)["RouteResponseKey"] == "$default"


def test_a_changed_route_of_the_socket_is_deployed(template: Template) -> None:
    stage = properties(template, "WebsocketAPIStage")
    assert stage["AutoDeploy"] is True
    assert stage["DeploymentId"] == {"Ref": "AWS::NoValue"}
    assert not of_type(template, "AWS::ApiGatewayV2::Deployment")


def test_only_admins_make_accounts_and_people_sign_in_with_their_address(
    template: Template,
) -> None:
    pool = properties(template, "UserPool")
    client = properties(template, "UserPoolClient")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["AliasAttributes"] == ["email"]
    assert client["GenerateSecret"] is False
    assert client["AccessTokenValidity"] == 1
    assert client["TokenValidityUnits"]["AccessToken"] == "hours"
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }


def test_there_is_a_group_for_every_role(template: Template) -> None:
    groups = of_type(template, "AWS::Cognito::UserPoolGroup").values()
    assert {group["GroupName"] for group in groups} == {"admin", "manager", "agent"}


def test_the_pages_are_not_public_but_through_the_distribution(template: Template) -> None:
    bucket = properties(template, "PagesBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [statement] = properties(template, "PagesBucketPolicy")["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "aws:SourceArn" in statement["Condition"]["StringEquals"]


def test_every_function_logs_into_a_group_that_forgets(template: Template) -> None:
    assert template["Globals"]["Function"]["LoggingConfig"] == {"LogGroup": {"Ref": "LogGroup"}}
    assert properties(template, "LogGroup")["RetentionInDays"] == 30


def test_every_function_is_told_where_everything_is(template: Template) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert set(variables) == ENVIRONMENT
    own = of_type(template, "AWS::Serverless::Function")
    more = {
        name: set(each["Environment"]["Variables"])
        for name, each in own.items()
        if "Environment" in each
    }
    # The API needs the function that answers it: only another one may be told where the API is.
    assert more == {"RingShortAlarm": {"REST_URL"}}


@pytest.mark.parametrize(
    "parameter",
    [
        *("StaffOrigin", "PushEndpoint", "RestUrl", "SocketUrl", "CognitoKeysUrl", "WaitScale"),
        "StartsPerNetwork",
    ],
)
def test_on_aws_every_address_has_a_default(template: Template, parameter: str) -> None:
    assert "Default" in template["Parameters"][parameter]


def test_mail_that_comes_in_is_kept_for_a_week_and_tells_its_function(template: Template) -> None:
    bucket = properties(template, "MailBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 7)
    assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"] == {
        "EventBridgeEnabled": True
    }
    arrived = properties(template, "MailArrived")
    assert arrived["EventPattern"]["detail"] == {"bucket": {"name": [{"Ref": "MailBucket"}]}}
    [target] = arrived["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["ReceiveMail", "Arn"]}


def test_files_are_private_and_what_no_message_names_is_thrown_away(template: Template) -> None:
    bucket = properties(template, "FilesBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    [tag] = rule["TagFilters"]
    # The tag that every form puts on its file, as S3 spells it there.
    assert f"<Key>{tag['Key']}</Key><Value>{tag['Value']}</Value>" in UNCLAIMED
    [cors] = bucket["CorsConfiguration"]["CorsRules"]
    assert set(cors["AllowedMethods"]) == {"GET", "POST"}


def test_only_ses_of_this_account_may_put_mail_or_tell_news(template: Template) -> None:
    for name in ("MailBucketPolicy", "MailTopicPolicy"):
        [statement] = properties(template, name)["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
        assert statement["Condition"]["StringEquals"] == {
            "aws:SourceAccount": {"Ref": "AWS::AccountId"}
        }


@pytest.mark.parametrize(
    ("permission", "principal", "source"),
    [
        ("MailArrivedPermission", "events.amazonaws.com", {"Fn::GetAtt": ["MailArrived", "Arn"]}),
        ("MailNewsPermission", "sns.amazonaws.com", {"Ref": "MailTopic"}),
    ],
)
def test_what_tells_of_mail_is_the_stacks_own(
    template: Template, permission: str, principal: str, source: dict[str, Any]
) -> None:
    allowed = properties(template, permission)
    assert (allowed["Principal"], allowed["SourceArn"]) == (principal, source)


def test_news_of_every_mail_that_failed_is_heard(template: Template) -> None:
    destination = properties(template, "MailEvents")["EventDestination"]
    assert set(destination["MatchingEventTypes"]) == {"bounce", "complaint", "delivery"}
    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "MailTopic"}}


@pytest.mark.parametrize("function", ["ReceiveMail", "MailNews"])
def test_what_failed_three_times_is_kept_and_alarms(template: Template, function: str) -> None:
    retries = properties(template, f"{function}Retries")
    assert retries["MaximumRetryAttempts"] == 2
    assert retries["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["MailDeadLetters", "Arn"]
    }
    [dimension] = properties(template, "MailDeadLettersAlarm")["Dimensions"]
    assert dimension["Value"] == {"Fn::GetAtt": ["MailDeadLetters", "QueueName"]}


def test_without_a_domain_for_answers_no_mail_is_taken(template: Template) -> None:
    for name in ("MailRules", "MailRule"):
        assert template["Resources"][name]["Condition"] == "HasReplyDomain"


def test_w12_no_gateway_writes_down_what_it_is_asked(template: Template) -> None:
    """Tickets come in the query, and words in the body: neither kind of log is declared."""
    for kind in ("AccessLogSetting", "AccessLogSettings", "DataTraceEnabled", "LoggingLevel"):
        assert f'"{kind}"' not in json.dumps(template)
    stages = {
        each["Type"] for each in template["Resources"].values() if each["Type"].endswith("Stage")
    }
    assert stages == {"AWS::ApiGatewayV2::Stage"}


def test_nothing_in_the_template_names_the_emulator(template: Template) -> None:
    text = json.dumps(template)
    assert "127.0.0.1" not in text
    assert "localhost" not in text
