"""Alignment of two lists of steps: which layer of one is which of the other, at the least cost."""

FAMILIES = (
    ("Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D"),
    ("MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D"),
    ("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
    ("Add", "Concatenate", "Average", "Multiply", "Subtract", "Maximum", "Minimum", "Dot"),
    ("Flatten", "Reshape", "GlobalMaxPooling2D", "GlobalAveragePooling2D", "Permute"),
    ("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
)
ALONE = 1.0  # the cost of a step without a partner


def aligned(expected, received):
    """Return pairs (number in expected or None, number in received or None), in order, each step once."""
    costs = {(0, 0): (0.0, None)}
    for e in range(len(expected) + 1):
        for r in range(len(received) + 1):
            ways = []
            if e and r:
                ways.append((costs[e - 1, r - 1][0] + _cost(expected, received, e - 1, r - 1), (e - 1, r - 1)))
            if e:
                ways.append((costs[e - 1, r][0] + ALONE, (e - 1, r)))
            if r:
                ways.append((costs[e, r - 1][0] + ALONE, (e, r - 1)))
            if ways:
                costs[e, r] = min(ways, key=lambda way: way[0])
    return _path(costs, len(expected), len(received))


def _path(costs, e, r):
    pairs = []
    while (e, r) != (0, 0):
        before = costs[e, r][1]
        pairs.append((e - 1 if before[0] < e else None, r - 1 if before[1] < r else None))
        e, r = before
    return pairs[::-1]


def _cost(expected, received, e, r):
    """Return the cost of taking one step for another: 0 if they are equal, more than two alone if unrelated."""
    wanted, got = expected[e], received[r]
    elsewhere = 0.05 * (_sources(expected, e) != _sources(received, r))
    if wanted["class"] == got["class"]:
        settings = sum(
            wanted["settings"][name] != got["settings"].get(name, wanted["settings"][name])
            for name in wanted["settings"]
        )
        differences = settings + (wanted["activates"] != got["activates"])
        return elsewhere + (0.3 + 0.1 * min(differences, 4) if differences else 0)
    if wanted["activates"] and got["activates"] and not wanted["weights"] and not got["weights"]:
        return elsewhere + (0.5 if wanted["activates"] == got["activates"] else 0.9)
    if "Lambda" in (wanted["class"], got["class"]) and not wanted["weights"] and not got["weights"]:
        return elsewhere + 1.2
    if any(wanted["class"] in family and got["class"] in family for family in FAMILIES):
        return elsewhere + 1.2
    return 2.5


def _sources(steps, number):
    return sorted(steps[source]["class"] if source >= 0 else "input" for source in steps[number]["sources"])
