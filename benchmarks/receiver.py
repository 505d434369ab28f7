"""A receiver that costs next to nothing: it answers every message with a receipt, at once or after some seconds.

Run as a file, in a process of its own, so that the sender has its processor to itself. Prints its port. It does not
check signatures and keeps nothing: `manage.py supervision_sink` is the one that does.
"""

import argparse
import asyncio
import json


async def serve(late: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                headers = dict(line.lower().split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if line)
                await reader.readexactly(int(headers["content-length"]))
                await asyncio.sleep(late)
                text = json.dumps({"id": headers["webhook-id"], "receipt": "R1"})
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--late", type=float, default=0.0, help="每次应答前等多少秒")
    asyncio.run(serve(parser.parse_args().late))
