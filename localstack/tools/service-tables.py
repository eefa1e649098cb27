#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the tables under src/main/resources/io/fieldline/localstack/wire from botocore's service models.

Usage: tools/service-tables.py [FOLDER OF botocore/data]
What is kept: method, URI, protocol, required members, ranges, patterns, enumerations, error codes.
Documentation is left out. The models are Apache-2.0 (see NOTICE).
"""
import glob
import gzip
import json
import os
import sys

SERVICES = {  # botocore's name -> package of the Java SDK
    "iot": "iot", "iot-data": "iotdataplane", "iot-jobs-data": "iotjobsdataplane", "lambda": "lambda", "sqs": "sqs", "dynamodb": "dynamodb",
    "cloudformation": "cloudformation", "cloudwatch": "cloudwatch", "logs": "cloudwatchlogs", "s3": "s3",
    "sts": "sts", "iam": "iam", "ssm": "ssm", "apigatewayv2": "apigatewayv2",
    "cognito-idp": "cognitoidentityprovider", "cloudfront": "cloudfront", "scheduler": "scheduler",
    "sns": "sns", "kms": "kms", "ecr": "ecr", "budgets": "budgets", "kinesis": "kinesis",
    "firehose": "firehose", "codedeploy": "codedeploy",
    "xray": "xray",
}
OUT = os.path.join(os.path.dirname(__file__), "../src/main/resources/io/fieldline/localstack/wire")


def read(folder, service):
    path = sorted(glob.glob(f"{folder}/{service}/*/service-2.json*"))[-1]
    with (gzip.open(path) if path.endswith(".gz") else open(path, "rb")) as f:
        return json.load(f)


def table(model, service):
    meta, shapes = model["metadata"], model["shapes"]
    kept = {}

    def constrained(name, seen):
        """Whether a shape has any constraint below it; keeps those that have."""
        if name in seen:
            return name in kept or shapes[name]["type"] in ("structure", "list", "map")
        seen.add(name)
        s, row = shapes[name], {}
        for key in ("min", "max", "pattern", "enum"):
            if key in s:
                row[key] = s[key]
        kind = s["type"]
        if kind == "structure":
            if s.get("required"):
                row["required"] = s["required"]
            members = {m: ref["shape"] for m, ref in s.get("members", {}).items()
                       if constrained(ref["shape"], seen)}
            if members:
                row["members"] = members
        elif kind == "list" and constrained(s["member"]["shape"], seen):
            row["member"] = s["member"]["shape"]
        elif kind == "map":
            for part in ("key", "value"):
                if constrained(s[part]["shape"], seen):
                    row[part] = s[part]["shape"]
        if row:
            kept[name] = row
        return bool(row)

    operations, errors = {}, {}
    for name, op in sorted(model["operations"].items()):
        row = {"method": op["http"]["method"], "uri": op["http"]["requestUri"]}
        if op["http"].get("responseCode", 200) != 200:
            row["status"] = op["http"]["responseCode"]
        needs = service == "s3" and "input" in op and distinguishing(shapes[op["input"]["shape"]])
        if needs:
            row["needs"] = needs
        if "input" in op and service != "s3" and constrained(op["input"]["shape"], set()):
            row["input"] = op["input"]["shape"]
        if "resultWrapper" in op.get("output", {}):
            row["wrapper"] = op["output"]["resultWrapper"]
        operations[name] = row
    for name, s in sorted(shapes.items()):
        if s.get("exception"):
            e = s.get("error", {})
            errors[name] = {k: v for k, v in (("code", e.get("code")), ("status", e.get("httpStatusCode"))) if v}
    protocols = meta.get("protocols", [meta["protocol"]])
    return {
        "name": service, "sdk": SERVICES[service],
        "signing": meta.get("signingName", meta["endpointPrefix"]),
        "protocol": "json" if "json" in protocols else meta["protocol"],
        "json": meta.get("jsonVersion", ""), "target": meta.get("targetPrefix", ""),
        "version": meta["apiVersion"],
        "namespace": xmlns(meta, model),
        "operations": operations, "errors": errors, "shapes": kept,
    }


def distinguishing(shape):
    """Query parameters and headers without which a request is of another S3 operation."""
    return [ref["location"][0] + ":" + ref["locationName"].lower()
            for member, ref in shape["members"].items()
            if member in shape.get("required", []) and ref.get("location") in ("querystring", "header")]


def xmlns(meta, model):
    if "xmlNamespace" in meta:
        return meta["xmlNamespace"]
    for op in model["operations"].values():
        ns = op.get("input", {}).get("xmlNamespace")
        if ns:
            return ns["uri"]
    return {"s3": "http://s3.amazonaws.com/doc/2006-03-01/",
            "sqs": "http://queue.amazonaws.com/doc/2012-11-05/"}.get(meta["endpointPrefix"], "")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    if folder is None:
        import botocore
        folder = os.path.join(os.path.dirname(botocore.__file__), "data")
    for service in SERVICES:
        text = json.dumps(table(read(folder, service), service), separators=(",", ":"), sort_keys=True)
        with open(f"{OUT}/{service}.json.gz", "wb") as raw, \
                gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as out:
            out.write(text.encode())


main()
