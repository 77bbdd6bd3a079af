"""``ctdp``: the commands of the data room. Heavy rooms are imported by the command that needs them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from ctdp_etl.cli import console
from ctdp_etl.cli.answers import COMMANDS as ANSWERS
from ctdp_etl.cli.decide import COMMANDS as DECIDE
from ctdp_etl.cli.demo import COMMANDS as DEMO
from ctdp_etl.cli.feedback import COMMANDS as FEEDBACK
from ctdp_etl.cli.files import COMMANDS as FILES
from ctdp_etl.cli.letters import COMMANDS as LETTERS
from ctdp_etl.cli.month import COMMANDS as MONTH
from ctdp_etl.cli.place import COMMANDS as PLACE
from ctdp_etl.cli.revisions import COMMANDS as REVISIONS
from ctdp_etl.cli.up import COMMANDS as UP
from ctdp_etl.errors import CtdpError, GateShutError

DONE, NO, REFUSED = 0, 1, 2


class InOrder(click.Group):
    """A group that lists its commands in the order of a month's work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were added."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with all that their first line says; what is long goes on below."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, (one.help or "").splitlines()[0]) for name, one in self.commands.items()])


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ctdp_etl", prog_name="ctdp", message="%(prog)s %(version)s")
def ctdp() -> None:
    """Phòng số liệu công thương: thu nhận, đọc, kiểm tra và in báo cáo tháng của các địa phương."""


for _command in (*DEMO, *PLACE, *UP, *FILES, *MONTH, *DECIDE, *FEEDBACK, *LETTERS, *ANSWERS, *REVISIONS):
    ctdp.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code: 0 done, 1 the answer is "no", 2 wrong usage or refused input."""
    console.use_utf8()
    try:
        status = ctdp.main(args=arguments, prog_name="ctdp", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        status = REFUSED
    except click.ClickException as error:
        status = _refuse(_vietnamese(error))
    except (click.Abort, KeyboardInterrupt):
        console.say("Đã dừng theo yêu cầu.")
        status = 130
    except GateShutError as error:
        console.say(str(error))
        status = NO
    except CtdpError as error:
        status = _refuse(str(error))
    except OSError as error:
        status = _refuse(f"{error.strerror or error}: {error.filename or 'không rõ tệp'}.")
    except Exception as error:
        if not _is_database_failure(error):
            raise
        status = _refuse(f"Kho số liệu không dùng được: {_first_line(error)} Hãy chạy `ctdp doctor`.")
    sys.exit(status if isinstance(status, int) else DONE)


def _refuse(message: str) -> int:
    console.say(f"Lỗi: {message}")
    return REFUSED


def _vietnamese(error: click.ClickException) -> str:
    match error:
        case click.MissingParameter(param=param) if param is not None:
            return f"Thiếu {param.human_readable_name}. Xem cách dùng: {_help(error)}."
        case click.NoSuchOption(option_name=name):
            return f"Không có tuỳ chọn {name}. Xem cách dùng: {_help(error)}."
        case click.exceptions.NoSuchCommand(command_name=name):
            return f"Không có lệnh {name!r}. Xem các lệnh: {_help(error)}."
        case click.FileError():
            return f"Không mở được tệp {error.ui_filename}."
        case click.UsageError():
            return f"Cách dùng sai ({error.format_message().rstrip('.')}). Xem cách dùng: {_help(error)}."
        case _:
            return error.format_message()


def _help(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'ctdp'} --help"


def _is_database_failure(error: Exception) -> bool:
    library = sys.modules.get("sqlalchemy.exc")
    return library is not None and isinstance(error, library.SQLAlchemyError)


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).splitlines()), type(error).__name__).rstrip(".") + "."
