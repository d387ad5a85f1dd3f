"""One shot's colours: the states between its frames are kept, so any frame costs one step of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from huecue.engine import Engine
from huecue.pipeline import both_ways
from huecue.pipeline.frames import network_way
from huecue.pipeline.guidance import Guide
from huecue.pipeline.small import Coloured, Place, Small, Way, color_small
from huecue.pipeline.step import Colours, State
from huecue.studio.recipe import Recipe, begin_of, first_difference, touched
from huecue.types import FilmInfo, Luma, Shot

LumaOf = Callable[[int], Luma]
STATE_BYTES = 30
"""Of one state, for each working pixel: colours, trust, luma and flow in float32, and what is shared."""
MOST_STATES_BYTES = 500_000_000
FEW = 4
"""Steps that a frame may cost at once; where it would cost more, a draft is shown and the rest follows."""


@dataclass(frozen=True, slots=True)
class Studio:
    """What every shot of a film is coloured with."""

    engine: Engine
    info: FilmInfo
    luma: LumaOf

    @property
    def reach(self) -> int:
        """How many frames a hint reaches back."""
        return both_ways.reach(self.info)


class Track:
    """A shot on its way into colour: what is told for it, and the states before its frames, as many as fit.

    `final` holds the frames whose colours are what a render gives them; `steps` counts the network's steps.
    """

    def __init__(self, studio: Studio, recipe: Recipe, guide: Guide) -> None:
        self._studio, self._guide = studio, guide
        self.recipe = recipe
        self.final: set[int] = set()
        self.steps = 0
        self._states: dict[int, State] = {}

    @property
    def shot(self) -> Shot:
        """Which frames."""
        return self.recipe.shot

    @property
    def spacing(self) -> int:
        """A state is kept before every so many frames."""
        size = self._studio.engine.size
        room = MOST_STATES_BYTES // (STATE_BYTES * size.width * size.height)
        return max(1, -(-(self.shot.stop - self.shot.start) // max(1, room)))

    def retell(self, recipe: Recipe, guide: Guide) -> Shot | None:
        """Tell the shot something else; gives the frames to be coloured again, None where there are none."""
        told = first_difference(self.recipe, recipe)
        changed = touched(self.recipe, recipe, self._studio.reach)
        self.recipe, self._guide = recipe, guide
        stop = recipe.shot.stop if changed is None else changed.start
        self.final = {index for index in self.final if index < stop}
        if told is not None:
            self._states = {index: state for index, state in self._states.items() if index <= told}
        return changed

    def at_once(self, index: int) -> tuple[Colours, bool]:
        """A frame's colours right now, and whether they are what a render gives them.

        From the state before it where that is at hand; else as if the shot began there.
        """
        near = index - self._known(index) < FEW
        state = self._before(index) if near else None
        colours, _ = self._way().color(self._studio.luma(index), self._place(index), state)
        if not near:
            return colours, False
        guided = index in self.recipe.guided
        waits = any(index < one <= index + self._studio.reach for one in self.recipe.guided)
        if guided or not waits:
            self.final.add(index)
        return colours, index in self.final

    def rest(self) -> None:
        """Give the states' memory back; they are found again when they are needed."""
        self._states = {}

    def prepare(self, index: int) -> None:
        """Have the state before a frame at hand, so that telling it something costs one step."""
        state = self._before(index)
        if state is not None:
            self._states[index] = state

    def missing(self) -> int | None:
        """The first frame whose colours are not yet final."""
        return next((each for each in range(self.shot.start, self.shot.stop) if each not in self.final), None)

    def through(self, between: Callable[[], None]) -> Iterator[Coloured[None]]:
        """The frames that are not final, in colour, in order; `between` is called at each step."""
        begin = self.missing()
        if begin is None:
            return
        begin = begin_of(self.recipe, begin, self._studio.reach)
        begin = self._known(begin)
        frames = (
            Small(None, self._studio.luma(index), index, index == self.shot.start)
            for index in range(begin, self.shot.stop)
        )
        way = self._watched(between)
        passing = color_small(
            frames,
            way,
            start_of=lambda _: self.shot.start,
            state=self._states.get(begin),
            first=begin == 0,
        )
        for one in passing:
            if one.place.index not in self.final:
                self.final.add(one.place.index)
                yield one

    def _known(self, index: int) -> int:
        """The last frame up to this one whose state is kept; else the shot's first."""
        return max((each for each in self._states if each <= index), default=self.shot.start)

    def _before(self, index: int) -> State | None:
        """The state before a frame, found from the nearest one that is kept."""
        known, way = self._known(index), self._way()
        state = self._states.get(known)
        for each in range(known, index):
            _, state = way.color(self._studio.luma(each), self._place(each), state)
        return state

    def _place(self, index: int) -> Place:
        return Place(index, self.shot.start, index == 0)

    def _way(self) -> Way[State]:
        """The render's own way, each step counted, its state kept where there is room."""
        way = network_way(self._studio.engine, self._guide, self._studio.info)

        def color(luma: Luma, place: Place, state: State | None) -> tuple[Colours, State]:
            if state is not None and (place.index - self.shot.start) % self.spacing == 0:
                self._states[place.index] = state
            self.steps += 1
            return way.color(luma, place, state)

        return replace(way, color=color)

    def _watched(self, between: Callable[[], None]) -> Way[State]:
        way = self._way()

        def color(luma: Luma, place: Place, state: State | None) -> tuple[Colours, State]:
            between()
            return way.color(luma, place, state)

        def back(lumas: Sequence[Luma], state: State) -> Sequence[Colours]:
            done = []
            for colours in both_ways.steps_back(self._studio.engine, lumas, state):
                self.steps += 1
                done.append(colours)
                between()
            return done[::-1]

        return replace(way, color=color, back=back)
