"""The AWS CLI, loaded once for a test's many calls.

Each line of the input has the arguments of a call, as a JSON list. Each line of the output has its exit code and what it
wrote to its output and its errors. A call runs in a fork, so it begins as a new process would.
"""

import json
import os
import sys
import tempfile

from awscli.clidriver import create_clidriver

driver = create_clidriver()


def call(arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = os.fork()
        if process == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = 1
            try:
                code = driver.main(arguments)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
        return [code, *texts]


for line in sys.stdin:
    print(json.dumps(call(json.loads(line))), flush=True)
