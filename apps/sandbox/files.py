"""The file store: hosted files behind signed URLs, refused as S3 refuses."""

from urllib.parse import unquote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from apps.sandbox.generate.media import file_bytes
from apps.sandbox.service import Service
from apps.sandbox.signing import FileRefused
from apps.sandbox.striking import reset, server_error


def refused(message: str, request_id: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
        f"<Message>{escape(message)}</Message><RequestId>{request_id}</RequestId></Error>"
    )
    return Response(body, 403, media_type="application/xml")


class FileStore:
    def __init__(self, service: Service) -> None:
        self.service = service

    async def serve(self, request: Request) -> Response:
        """``GET /files/{space}/{file}/{name}`` with a valid signature; pictures of custom emojis need none."""
        service = self.service
        service.calls["GET /files"] += 1
        request_id = f"{service.calls['GET /files']:016X}"
        cut = False
        for fault in service.faults.striking("GET", request.url.path):
            match fault.kind:
                case "expired_url":
                    return refused("Request has expired", request_id)
                case "slow":
                    await service.settings.sleep(fault.delay)
                case "reset":
                    await reset(service, request.scope)
                case "truncated":
                    cut = True
                case "500" | "502" | "503" | "504":
                    return Response(server_error(fault).message, int(fault.kind))
                case _:
                    continue
        try:
            if not self._is_public(request.path_params["file"]):
                service.signer.check(unquote(request.url.path), request.query_params)
        except FileRefused as problem:
            return refused(str(problem), request_id)
        response = self._bytes(request.path_params["file"], request.path_params["name"])
        if cut:  # the length that was announced stays
            response.body = bytes(response.body)[: len(response.body) // 2]
        return response

    def _is_public(self, file_id: str) -> bool:
        return any(file_id == emoji["id"] for world in self.service.worlds for emoji in world.custom_emojis)

    def _bytes(self, file_id: str, name: str) -> Response:
        upload = self.service.uploads.get(file_id)
        if upload is not None:
            return Response(upload.data, media_type=upload.content_type or "application/octet-stream")
        content_type, data = file_bytes(file_id, name)
        return Response(data, media_type=content_type)
