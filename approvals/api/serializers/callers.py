"""Tokens, posts, uploaded files."""

from rest_framework import serializers

CALLERS = [("USER", "人员"), ("CLIENT", "接入系统")]


class TokenRequest(serializers.Serializer):
    """RFC 6749 4.4. The client may instead give its id and secret by HTTP Basic."""

    grant_type = serializers.ChoiceField(choices=["client_credentials"])
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)
    scope = serializers.CharField(required=False, help_text="空格隔开；不给为 read", default="read")


class TokenAnswer(serializers.Serializer):
    access_token = serializers.CharField()
    expires_in = serializers.IntegerField(label="秒")
    token_type = serializers.CharField()
    scope = serializers.CharField()


class TokenError(serializers.Serializer):
    """RFC 6749 5.2: this one address answers in OAuth's own form."""

    error = serializers.CharField()
    error_description = serializers.CharField(required=False)


class PostShape(serializers.Serializer):
    """岗位: what a caller may act as."""

    post = serializers.IntegerField(label="岗位编号，放进 X-Post")
    role = serializers.CharField(label="角色")
    organ_code = serializers.CharField(label="机构代码")
    organ_name = serializers.CharField(label="机构")
    region = serializers.CharField(label="区划代码")
    level = serializers.CharField(label="层级")
    item_scope = serializers.ListField(child=serializers.CharField(), label="事项范围；空为全部")


class Me(serializers.Serializer):
    kind = serializers.ChoiceField(choices=CALLERS)
    name = serializers.CharField(label="姓名（接入系统为岗位人员）")
    client = serializers.CharField(allow_blank=True, label="接入系统")
    scopes = serializers.ListField(child=serializers.CharField())
    acting = PostShape(label="本次请求的岗位")
    posts = PostShape(many=True, label="可选的岗位")


class UploadRequest(serializers.Serializer):
    file = serializers.FileField(label="文件：pdf、ofd、jpg、png、doc(x)、xls(x)")


class Uploaded(serializers.Serializer):
    """A stored file; put `digest` into `files` of a material."""

    digest = serializers.CharField(label="SHA-256")
    name = serializers.CharField(label="文件名")
    size = serializers.IntegerField(label="字节数")
    content_type = serializers.CharField(label="类型（按内容）")
