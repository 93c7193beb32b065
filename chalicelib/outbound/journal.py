"""What is written down of every invocation? One line of JSON: ids, counts and codes, never words.

Neither what visitors wrote nor an address, a token or a ticket gets here: callers give names only.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging import utils
from aws_lambda_powertools.metrics import MetricUnit, single_metric

SERVICE = "vestibule"
# Whose lines are written as ours are.
MODULES = {"vestibule.web", "vestibule.sockets", "vestibule.alarms"}


@cache
def logger() -> Logger:
    """The one logger; the modules' own loggers write through it."""
    ours = Logger(service=SERVICE, level="INFO")
    utils.copy_config_to_registered_loggers(ours, include=MODULES)
    return ours


def line(what: str, **fields: Any) -> None:
    logger().info(what, extra=fields)


def count(name: str, times: int) -> None:
    """A figure for the dashboard and the alarms, in CloudWatch's embedded format."""
    with single_metric(
        name=name, unit=MetricUnit.Count, value=times, namespace="Vestibule"
    ) as metric:
        metric.add_dimension(name="service", value=SERVICE)
