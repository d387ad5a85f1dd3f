"""What a method has to beat: colours carried through a film by old and simple means.

Each baseline takes the working-size luma of every frame and the first frame's chroma, and yields a chroma for
each frame. They keep their own few lines of motion on purpose: the measure must not move with what is measured.
"""
