"""The operations of a TensorFlow graph in an order that does not depend on names."""

import hashlib

from ...quiet import tf
from .operations import COMMUTATIVE, Operation, attributes_of, constant_of, kind_of

# Transfers between two devices; both ends have the same tensor_name.
SENDS, RECEIVES = {"_Send", "_HostSend"}, {"_Recv", "_HostRecv"}
# These pass a value on unchanged.
PLUMBING = {"Identity", "IdentityN", "ReadVariableOp", "Snapshot", "_Retval"} | SENDS | RECEIVES
LEAVES = {"Placeholder", "_Arg", "Const"}
UNKNOWN = (0, "", "")  # the key of an operand that is not known yet, in a loop


def listing(nodes, outputs, arguments, library=()):
    """Return the operations of a graph; the same for graphs that differ only in names or in the order of their nodes.

    They are numbered in the order in which a walk from the outputs, operand by operand, leaves them: each after those
    that feed it. The operands of a commutative operation are sorted by how they are computed. Operations without an
    output, such as assignments, come last. An order required only by control edges is ignored.

    Args:
        nodes: NodeDefs.
        outputs: references to the returned tensors, such as "dense/BiasAdd:0".
        arguments: {name of a node: what it is, such as "x[32,784]"}; those that begin with w are numbered.
        library: FunctionDefs that the nodes call.

    Returns:
        A tuple of Operations, the last of which is "return".
    """
    return _Graph(nodes, outputs, arguments, library).listing()


class _Graph:
    """A graph without its plumbing: `operands` {node: its operands}, `results`, and `ends`, which feed nothing."""

    def __init__(self, nodes, outputs, arguments, library):
        self.nodes, self.arguments = {node.name: node for node in nodes}, arguments
        self.library = {function.signature.name: function for function in library}
        self.sent = {node.attr["tensor_name"].s: node.name for node in nodes if node.op in SENDS}
        kept = {name: node for name, node in self.nodes.items() if node.op not in PLUMBING}
        self.operands = {
            name: [self._source(reference) for reference in node.input if not reference.startswith("^")]
            for name, node in kept.items()
        }
        self.results = [self._source(output) for output in outputs]
        used = {name for sources in [*self.operands.values(), self.results] for name, _ in sources}
        self.ends = [name for name, node in kept.items() if name not in used and node.op not in {*LEAVES, "NoOp"}]
        self.attributes = {
            name: () if node.op in LEAVES else attributes_of(node, self._called) for name, node in kept.items()
        }

    def _source(self, reference):
        """Return (name, port) of the node that produces a value, behind all plumbing."""
        name, port = _split(reference)
        while (node := self.nodes[name]).op in PLUMBING:
            if node.op in RECEIVES:
                name = self.sent[node.attr["tensor_name"].s]
            else:
                name, port = _split(node.input[int(port) if node.op == "IdentityN" else 0])
        return name, port

    def listing(self):
        keys = self._sorted_operands()
        self.ends.sort(key=keys.get)
        order = self._postorder()
        texts = self._texts(order)

        def written(sources):
            return tuple(texts[name] + (f":{port}" if port != "0" else "") for name, port in sources)

        made = [
            Operation(kind_of(self.nodes[name]), written(self.operands[name]), self.attributes[name])
            for name in order
            if self.nodes[name].op not in LEAVES
        ]
        return (*made, Operation("return", written(self.results)))

    def _postorder(self):
        """Return the names, each after its operands; loops are cut."""
        seen, order = set(), []
        stack = [(name, False) for name in reversed([*(name for name, _ in self.results), *self.ends])]
        while stack:
            name, left = stack.pop()
            if left:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(source, False) for source, _ in reversed(self.operands[name])]
        return order

    def _sorted_operands(self):
        """Sort operands whose order is free; return the keys: (depth, how it is computed, from which arguments).

        Two weights of the same shape agree in the second part; the third, the order of the arguments, differs.
        """
        places = {name: place for place, name in enumerate(self.arguments)}
        keys = {}
        for name in self._postorder():
            node, sources = self.nodes[name], self.operands[name]
            if kind_of(node) in COMMUTATIVE:
                sources.sort(key=lambda source: (*keys.get(source[0], UNKNOWN), source[1]))
            fed = [(*keys.get(source, UNKNOWN), port) for source, port in sources]
            own = kind_of(node), self.attributes[name], self._leaf(name)
            keys[name] = (
                min((depth for depth, *_ in fed), default=0) - 1,  # the deepest first
                _digest(own, [(what, port) for _, what, _, port in fed]),
                _digest(places.get(name), [(which, port) for _, _, which, port in fed]),
            )
        return keys

    def _texts(self, order):
        """Return {name: text of the operand}."""
        texts, weights, steps = {}, 0, 0
        for name in order:
            if (leaf := self._leaf(name)) is None:
                steps += 1
                texts[name] = f"%{steps}"
            elif leaf.startswith("w"):
                weights += 1
                texts[name] = f"w{weights}{leaf[1:]}"
            else:
                texts[name] = leaf
        return texts

    def _leaf(self, name):
        node = self.nodes[name]
        if node.op == "Const":
            return constant_of(node)
        return self.arguments[name] if node.op in LEAVES else None

    def _called(self, name):
        """Return the Operations of a function that a node calls, such as the body of a loop."""
        function = self.library[name]
        given = {argument.name: f"argument {number}" for number, argument in enumerate(function.signature.input_arg)}
        leaves = [tf.compat.v1.NodeDef(name=name, op="_Arg") for name in given]
        outputs = [function.ret[output.name] for output in function.signature.output_arg]
        return listing([*leaves, *function.node_def], outputs, given, self.library.values())


def _split(reference):
    """Return (name, port); in a function body, the name of an output comes before the number of the port."""
    name, _, port = reference.partition(":")
    return name, port.rpartition(":")[2] or "0"


def _digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()
