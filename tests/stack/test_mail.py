"""Does mail come in, and does news of mail, through the packaged functions and their triggers?"""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.flows.addresses import address_digest
from chalicelib.model.tokens import Kind, Signer
from chalicelib.outbound.secrets import signing_key
from chalicelib.store.keys import suppression
from local import aws
from tests.mails import mail
from tests.shelf import PDF
from tests.stack.live import Live, until
from tests.stack.sites import Agent, Place, Visitor

pytestmark = pytest.mark.stack


def outputs(live: Live) -> dict[str, str]:
    formation = aws.client("cloudformation", live.stack.deployed.port)
    [stack] = formation.describe_stacks(StackName="vestibule")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def told_by_mail(place: Place, live: Live, address: str) -> tuple[Visitor, Agent, dict[str, str]]:
    """A visitor who left an address and the page, and the letter with what an agent answered."""
    # The site's patience with unseen words: a second, scaled.
    place.call("PATCH", "", {"unseen_after_seconds": 5})
    agent = place.agents[0].arrive()
    visitor = place.visitor()
    visitor.start("Is my card blocked?")
    agent.assigned()
    visitor.line.ask("email", token=visitor.token, address=address)
    visitor.line.close()
    agent.say(visitor.conversation, "It is not.")
    until("the unseen words", lambda: live.mails(address), 60)
    return visitor, agent, letter(place, live)


def letter(place: Place, live: Live) -> dict[str, str]:
    """The one letter of a site, as it is stored: the mailbox does not show a mail's head."""
    [found] = [row for row in stored(place, live, "LETTER") if row["sk"]["S"] == "LETTER"]
    return {name: next(iter(value.values())) for name, value in found.items()}


def stored(place: Place, live: Live, kind: str) -> list[dict[str, Any]]:
    """The rows of one kind that a site has."""
    return [row for row in live.items() if row["pk"]["S"].startswith(f"{kind}#{place.id}#")]


def link(place: Place, live: Live, address: str) -> str:
    """Where one click ends mail to this address, as the function that sends mail writes it."""
    port = live.stack.deployed.port
    functions = aws.client("lambda", port)
    known = functions.get_function_configuration(FunctionName=live.function("RingShortAlarm"))
    variables = known["Environment"]["Variables"]
    assert variables["REST_URL"] == live.document["rest"]
    secrets = aws.client("ssm", port)
    signer = Signer(signing_key(secrets, variables["SECRET_PARAMETER"], lambda: ""))
    claims = {"s": place.id, "a": address_digest(address)}
    token = signer.sign(Kind.UNSUBSCRIBE, claims, now=datetime.now(UTC))
    return f"{variables['REST_URL']}/public/sites/{place.id}/unsubscribe?token={token}"


def test_what_a_visitor_answers_by_mail_is_heard_by_the_agent_once(
    place: Place, live: Live
) -> None:
    address = f"grace@{place.id}.example"
    visitor, agent, sent = told_by_mail(place, live, address)
    files = [("form.pdf", "application/pdf", PDF), ("page.html", "text/html", b"<script>")]
    answer = mail(sent["reply_to"], "Then it is the machine.", sender=address, files=files)
    storage = aws.client("s3", live.stack.deployed.port)
    bucket = outputs(live)["MailBucketName"]
    for key in ("first", "again"):
        storage.put_object(Bucket=bucket, Key=f"{place.id}-{key}", Body=answer)
    heard = agent.ear.hear("message", 60, text="Then it is the machine.")
    assert heard["author"]["kind"] == "visitor"
    agent.ear.listen(3)
    texts = place.texts(visitor.conversation)
    assert texts.count("Then it is the machine.") == 1
    assert texts[-1].endswith(": page.html")
    [file] = heard["attachments"]
    path = f"/conversations/{visitor.conversation}/messages/{heard['number']}/attachments"
    found = place.call("GET", f"{path}/{file['id']}")
    with urllib.request.urlopen(found["url"], timeout=20) as downloaded:
        assert downloaded.read() == PDF
        assert downloaded.headers["Content-Disposition"].startswith("attachment")
    # A robot answers too; nobody hears it.
    robot = mail(sent["reply_to"], "I am away.", sender=address, Auto_Submitted="auto-replied")
    storage.put_object(Bucket=bucket, Key=f"{place.id}-robot", Body=robot)
    agent.ear.listen(3)
    assert "I am away." not in place.texts(visitor.conversation)


def test_one_click_ends_mail_to_an_address(place: Place, live: Live) -> None:
    address = f"tired@{place.id}.example"
    visitor, agent, sent = told_by_mail(place, live, address)
    assert sent["state"] in ("claimed", "sent")
    here = link(place, live, address)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    click = urllib.request.Request(here, b"List-Unsubscribe=One-Click", form, method="POST")
    with urllib.request.urlopen(here) as page, urllib.request.urlopen(click) as done:
        assert b"<form" in page.read()
        assert done.status == 200
    agent.say(visitor.conversation, "One more thing.")
    agent.ear.listen(4)
    assert len(live.mails(address)) == 1


def test_news_of_a_bounce_ends_mail_to_an_address(place: Place, live: Live) -> None:
    address = f"nobody@{place.id}.example"
    visitor, agent, sent = told_by_mail(place, live, address)
    news = bounced(place.id, sent["id"])
    topics = aws.client("sns", live.stack.deployed.port)
    topics.publish(TopicArn=outputs(live)["MailTopicArn"], Message=json.dumps(news))
    until("the bounce is known", lambda: suppressed(place, live, address), 60)
    agent.say(visitor.conversation, "One more thing.")
    agent.ear.listen(5)
    assert len(live.mails(address)) == 1


def suppressed(place: Place, live: Live, address: str) -> bool:
    """Is mail to this address refused from now on?"""
    table = aws.client("dynamodb", live.stack.deployed.port)
    key = suppression(place.id, address_digest(address))
    where = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    found = table.get_item(TableName=live.stack.deployed.table, Key=where, ConsistentRead=True)
    return "Item" in found


def bounced(site: str, letter: str) -> dict[str, Any]:
    moment = "2026-11-23T11:00:05.000Z"
    return {
        "eventType": "Bounce",
        "bounce": {"feedbackId": letter, "bounceType": "Permanent", "timestamp": moment},
        "mail": {"messageId": letter, "tags": {"site": [site], "letter": [letter]}},
    }
