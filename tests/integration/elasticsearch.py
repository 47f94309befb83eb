#!/usr/bin/python3
# tests/run: timeout 1500
"""Events into a real Elasticsearch that is killed and started again under load.

Each event lands once under its id, also where answers were lost; one that the mapping does not take is refused and told; the shipped
template keeps nested objects out of the mapping and takes the longest line; each device's events are indexed in order; the ledger balances.
The template for ECS takes what the samples of all profiles become. What the cluster cannot take for a time, by 400, 403 or 404, waits.
"""
import search_rig

search_rig.main(search_rig.ELASTICSEARCH)
