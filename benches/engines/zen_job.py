"""The job in the ZEN engine: a decision table for the price and an expression for the cap, person by person."""

import json
import sys
import time

import zen

from people import BANDS, CAP, PRICES, people

TABLE = {
    "hitPolicy": "first",
    "inputs": [{"id": "band", "name": "Band", "field": "band"}],
    "outputs": [{"id": "price", "name": "Price", "field": "price"}],
    "rules": [
        {"_id": name, "band": f'"{name}"', "price": str(price)} for name, price in zip(BANDS, PRICES, strict=True)
    ],
    "passThrough": True,
}
CONTENT = {
    "nodes": [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "price", "type": "decisionTableNode", "name": "price", "position": {"x": 1, "y": 0}, "content": TABLE},
        {
            "id": "cap",
            "type": "expressionNode",
            "name": "cap",
            "position": {"x": 2, "y": 0},
            "content": {"expressions": [{"id": "payment", "key": "payment", "value": f"min([price * outcomes, {CAP}])"}]},
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 3, "y": 0}},
    ],
    "edges": [
        {"id": "1", "sourceId": "in", "targetId": "price", "type": "edge"},
        {"id": "2", "sourceId": "price", "targetId": "cap", "type": "edge"},
        {"id": "3", "sourceId": "cap", "targetId": "out", "type": "edge"},
    ],
}

known = people(int(sys.argv[1]))
began, used = time.monotonic(), time.process_time()
decision = zen.ZenEngine().create_decision(json.dumps(CONTENT))
total = 0.0
for band, outcomes in known:
    total += decision.evaluate({"band": BANDS[band], "outcomes": outcomes})["result"]["payment"]
print(json.dumps({"total": f"{total:.2f}", "wall": time.monotonic() - began, "cpu": time.process_time() - used}))
