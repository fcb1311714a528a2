package io.speckv.http.answer;

import io.speckv.answers.AnswerPart;
import java.util.ArrayList;
import java.util.List;

/** The parts of a whole answer. */
final class JoinedParts {
    private JoinedParts() {}

    /** Returns the parts with neighbouring texts of one kind joined; of a call only its beginning remains. */
    static List<AnswerPart> of(List<AnswerPart> parts) {
        List<AnswerPart> joined = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            AnswerPart part = parts.get(i);
            if (part instanceof AnswerPart.CallBegun) {
                joined.add(part);
            }
            if (!(part instanceof AnswerPart.Text || part instanceof AnswerPart.Reasoning)) {
                continue;
            }
            boolean text = part instanceof AnswerPart.Text;
            run.append(part instanceof AnswerPart.Text said ? said.text() : ((AnswerPart.Reasoning) part).text());
            if (i + 1 == parts.size() || parts.get(i + 1).getClass() != part.getClass()) {
                joined.add(text ? new AnswerPart.Text(run.toString()) : new AnswerPart.Reasoning(run.toString()));
                run.setLength(0);
            }
        }
        return joined;
    }
}
